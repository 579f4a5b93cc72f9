"""Every change of state of a reviewed thing. One function a move; whoever comes second is told who was first."""

from .batch import BatchResult, Failure, accept_many, sign_off_many, verify_many
from .moves import accept, send_back, sign_off, submit, unlock, verify, withdraw
from .owing import steps_owed

__all__ = [
    "BatchResult",
    "Failure",
    "accept",
    "accept_many",
    "send_back",
    "sign_off",
    "sign_off_many",
    "steps_owed",
    "submit",
    "unlock",
    "verify",
    "verify_many",
    "withdraw",
]
