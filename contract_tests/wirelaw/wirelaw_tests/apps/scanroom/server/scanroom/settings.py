"""What differs between installations."""

from pydantic import BaseModel


class Settings(BaseModel):
    api_prefix: str = "/v1"
    keep_alive_seconds: float = 20.0


settings = Settings()
