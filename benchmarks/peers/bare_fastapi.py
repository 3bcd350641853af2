"""An application that does nothing: what FastAPI and uvicorn themselves need to start and to stay."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer that we run."""
    return {"status": "ok"}
