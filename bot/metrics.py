"""Counters for Prometheus. Labels are few and never personal."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

RECEIVED = Counter("duban_received", "Messages committed to the in-tray, redeliveries included")
REJECTED = Counter("duban_rejected", "Callbacks refused", ["platform", "reason"])
HANDLED = Counter("duban_handled", "Messages handled", ["handler"])
SENT = Counter("duban_sent", "Attempts to send", ["platform", "outcome"])
SECOND_READER = Counter("duban_second_reader", "What became of asking the second reader", ["outcome"])
STREAM_UP = Gauge("duban_dingtalk_stream_connected", "1 while the DingTalk Stream is connected")
