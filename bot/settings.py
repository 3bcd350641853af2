"""Settings: environment variables or `.env`, prefix ``DUBAN_``, nesting ``__`` (interface: Settings)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class AibotSettings(BaseModel):
    """The 智能机器人 people call by @ in WeCom groups: by URL callback, by long connection, or not at all."""

    mode: Literal["", "callback", "stream"] = ""
    token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")
    bot_id: str = ""
    secret: SecretStr = SecretStr("")
    ws_url: str = "wss://openws.work.weixin.qq.com"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in {"callback": ("token", "encoding_aes_key"), "stream": ("bot_id", "secret")}.get(self.mode, ()):
            value = getattr(self, name)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(f"DUBAN_WECOM__AIBOT__{name.upper()} is missing for the mode {self.mode}")
        if self.mode == "callback":
            _check_seal("DUBAN_WECOM__AIBOT__", self.token, self.encoding_aes_key)
        return self

    @field_validator("ws_url")
    @classmethod
    def _is_socket(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ValueError("DUBAN_WECOM__AIBOT__WS_URL must be an address such as wss://host")
        return value


def _check_seal(prefix: str, token: SecretStr, key: SecretStr) -> None:
    """Refuse a token or a key that cannot be what the console shows."""
    shown, sealed = token.get_secret_value(), key.get_secret_value()
    if len(sealed) != 43 or not sealed.isalnum() or not sealed.isascii():
        raise ValueError(f"{prefix}ENCODING_AES_KEY must be the 43 letters and digits of the console")
    if not (len(shown) <= 32 and shown.isalnum() and shown.isascii()):
        raise ValueError(f"{prefix}TOKEN must be the 1 to 32 letters and digits of the console")


class WeComSettings(BaseModel):
    """The self-built app (自建应用) of one WeCom corporation."""

    corp_id: str = ""
    agent_id: str = ""
    secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")
    api_base: str = "https://qyapi.weixin.qq.com"
    oauth_base: str = "https://open.weixin.qq.com"
    client_script: str = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js"
    location_datum: Literal["gcj02", "wgs84", "bd09"] = "gcj02"
    aibot: AibotSettings = AibotSettings()

    @property
    def enabled(self) -> bool:
        """Whether the county uses WeCom."""
        return bool(self.corp_id)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.enabled:
            if self.aibot.mode:
                raise ValueError("DUBAN_WECOM__CORP_ID is missing: the robot works beside the self-built app")
            return self
        for name in ("agent_id", "secret", "token", "encoding_aes_key"):
            value = getattr(self, name)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(f"DUBAN_WECOM__{name.upper()} is missing although DUBAN_WECOM__CORP_ID is set")
        _check_seal("DUBAN_WECOM__", self.token, self.encoding_aes_key)
        if not self.agent_id.isdigit():
            raise ValueError("DUBAN_WECOM__AGENT_ID must be the app's number, such as 1000002")
        return self

    @field_validator("api_base", "oauth_base", "client_script")
    @classmethod
    def _are_addresses(cls, value: str, info: ValidationInfo) -> str:
        return _address(f"DUBAN_WECOM__{(info.field_name or '').upper()}", value)


def _address(variable: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"{variable} must be an address such as https://host")
    return value


class DingTalkSettings(BaseModel):
    """The internal app with a robot of one DingTalk organisation."""

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    robot_code: str = ""
    mode: Literal["stream", "http"] = "stream"
    card_template_id: str = ""
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    corp_id: str = ""
    agent_id: str = ""
    client_script: str = "https://g.alicdn.com/dingding/dingtalk-jsapi/3.0.25/dingtalk.open.js"

    @property
    def enabled(self) -> bool:
        """Whether the county uses DingTalk."""
        return bool(self.client_id)

    @field_validator("api_base", "oapi_base", "client_script")
    @classmethod
    def _are_addresses(cls, value: str, info: ValidationInfo) -> str:
        return _address(f"DUBAN_DINGTALK__{(info.field_name or '').upper()}", value)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.enabled and not self.client_secret.get_secret_value():
            raise ValueError("DUBAN_DINGTALK__CLIENT_SECRET is missing although DUBAN_DINGTALK__CLIENT_ID is set")
        return self


class ReaderSettings(BaseModel):
    """A second reader (辅助识读): any OpenAI-compatible endpoint; off without an address.

    `url` is what such clients call the base (`https://host/v1`). `names` says whether names of projects may be sent.
    """

    url: str = ""
    model: str = ""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=2.0, gt=0, le=5)
    names: bool = True

    @property
    def enabled(self) -> bool:
        """Whether there is a second reader."""
        return bool(self.url)

    @property
    def endpoint(self) -> str:
        """Where chat completions are asked for."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return _address("DUBAN_READER__URL", value)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.enabled and not self.model:
            raise ValueError("DUBAN_READER__MODEL is missing although DUBAN_READER__URL is set")
        if not self.api_key.get_secret_value().isascii():
            raise ValueError("DUBAN_READER__API_KEY must be plain ASCII")
        return self


class MediaSettings(BaseModel):
    """What is done with pictures."""

    heic: bool = True
    """Whether HEIC is opened. Its decoder once had an exploited hole, so it runs in a confined process of its own;
    iPhones send HEIC as 原图, and without it such a photo has no thumbnail and is not compared."""


class Settings(BaseSettings):
    """Everything an operator may set."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    home: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr | None = None
    media_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    media: MediaSettings = MediaSettings()
    wecom: WeComSettings = WeComSettings()
    dingtalk: DingTalkSettings = DingTalkSettings()
    reader: ReaderSettings = ReaderSettings()

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")):
            raise ValueError("DUBAN_DATABASE_URL must begin with sqlite: or postgresql:")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str) -> str:
        return _address("DUBAN_PUBLIC_URL", value)

    @field_validator("media_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if "://" in value:
            raise ValueError("DUBAN_MEDIA_URL must be a folder; object storage (s3://) is not built yet")
        return value

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL with its driver."""
        url = self.database_url.get_secret_value()
        if not url:
            return f"sqlite:///{(self.home / 'duban.db').absolute()}"
        for prefix in ("postgresql://", "postgres://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url[len(prefix) :]
        return url

    @property
    def media_folder(self) -> Path:
        """Where photos are kept."""
        return Path(self.media_url) if self.media_url else self.home / "media"

    @property
    def base_url(self) -> str:
        """The address in links sent to people."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


class WrongSetting(Exception):
    """A setting that stops the start; the text is one line that names the variable."""


def load_settings() -> Settings:
    """Read the settings, or raise :class:`WrongSetting` naming each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSetting("; ".join(_fault(item) for item in error.errors())) from None


def _fault(item: object) -> str:
    assert isinstance(item, dict)
    message = str(item["msg"]).removeprefix("Value error, ")
    if message.startswith("DUBAN_"):
        return message
    variable = "DUBAN_" + "__".join(str(part) for part in item["loc"]).upper()
    return f"{variable}: {message}"
