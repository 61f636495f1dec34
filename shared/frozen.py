"""What is told, asked or kept, as a model that never changes once it is made."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Fields that it does not know are passed over: who writes may be newer than who reads."""

    model_config = ConfigDict(frozen=True)


class Exact(Frozen):
    """A field that it does not know is an error: nothing that somebody wrote is to be lost without a word."""

    model_config = ConfigDict(extra="forbid")


class Carrying(Frozen):
    """With bytes among its fields, which JSON has in base 64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
