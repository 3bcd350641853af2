"""The office's web pages: rendered here, signed in by the bot, nothing loaded from elsewhere."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.pages import calendar, duties, home, platform_sign_in, rules, signboard, signing_in
from bot.pages.desk import Desk
from bot.pages.rendering import STATIC
from bot.wiring import Service

_TOPICS = (platform_sign_in, signing_in, signboard, home, duties, calendar, rules)


def add_pages(app: FastAPI, service: Service) -> None:
    """Put every page on the application; one file a topic."""
    desk = Desk(service)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for topic in _TOPICS:
        topic.add_routes(app, desk)
