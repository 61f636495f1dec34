"""The bus and the database, for the commands that speak to them: what goes wrong there in one line."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import nats.errors
import nats.js.errors
from pymongo.errors import ConnectionFailure, PyMongoError

from clients.iewo.failure import Code, Failure
from shared.provision.errors import ProvisioningError

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Does the work. Raises Failure for what the servers refuse, or when they do not answer."""
    try:
        return asyncio.run(work)
    except ProvisioningError as error:
        away = isinstance(error.__cause__, (OSError, nats.errors.Error, ConnectionFailure))
        raise Failure(str(error), Code.NOT_REACHED if away else Code.FAILED) from error
    except nats.js.errors.APIError as error:
        raise Failure(f"the bus refused: {error.description}") from error
    except nats.errors.Error as error:
        # a request that the bus does not permit is not answered either
        raise Failure(f"the bus does not answer ({type(error).__name__}): is it provisioned? `iewo provision`", Code.NOT_REACHED) from error
    except PyMongoError as error:
        away = isinstance(error, ConnectionFailure)
        line = "does not answer: is it running?" if away else f"refused ({type(error).__name__}): see its log"
        raise Failure(f"the database {line}", Code.NOT_REACHED if away else Code.FAILED) from error
