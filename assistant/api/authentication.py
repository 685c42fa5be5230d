"""Authenticator: who sends a request, by the key that it bears, a cookie that stands for one, or a word of the folder.

While there is no key, a server that only this machine can reach asks for none. Once one was made everybody needs one,
also when all of them were revoked.
"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request

from assistant.api.tries import Tries, address_of
from assistant.catalog import AccessKey, KeyStore, Principal
from assistant.proof import PROOF_HEADER

T = TypeVar("T")

COOKIE = "assistant_session"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="assistant"'}
_MISSING = (
    "a key is needed: send it in the header Authorization as `Bearer KEY`, or sign in at the page; whoever runs the"
    " server makes one with `assistant keys add NAME`"
)
_WRONG = "the key is wrong or was revoked: ask whoever runs the server for another"


class Authenticator:
    """Tells who sends a request; used on the event loop, looks keys up on a thread."""

    def __init__(
        self,
        keys: KeyStore,
        *,
        keyless: bool,
        trusts: Callable[[str], bool] = lambda _: False,
        tries: Tries | None = None,
    ) -> None:
        """Look in `keys`, at every request, so that a key that is revoked is refused at once.

        `keyless`: whether no key is asked for while there is none. `trusts` tells the word by which programs of this
        machine prove that they may read the data folder, which they may do without a key.
        """
        self._keys = keys
        self._needed = not keyless
        self._trusts = trusts
        self._tries = tries or Tries()
        self._few = CapacityLimiter(4)

    async def principal(self, request: Request) -> Principal:
        """Return who sends `request`.

        A cookie that stands for nothing any more is as none: whoever has it tried no key, and is asked for one. Raises
        HTTPException 401 where that takes a key and there is none that works, 429 after many wrong ones, and
        StorageError where keys cannot be looked up.
        """
        if self.proves(request):
            return Principal()
        if not await self._is_needed():
            return Principal()
        given = request.headers.get("authorization")
        token = request.cookies.get(COOKIE)
        if given is not None:
            scheme, _, secret = given.partition(" ")
            key = await self._look(self._keys.find, secret.strip()) if scheme.lower() == "bearer" else None
            return _principal(key or self._refuse(request))
        signed_in = await self._look(self._keys.signed_in, token) if token is not None else None
        if signed_in is None:
            raise HTTPException(HTTPStatus.UNAUTHORIZED, _MISSING, _CHALLENGE)
        return _principal(signed_in)

    def proves(self, request: Request) -> bool:
        """Whether whoever sends `request` may read the data folder, and so all that is told of this machine."""
        word = request.headers.get(PROOF_HEADER)
        return word is not None and self._trusts(word)

    async def sign_in(self, request: Request, secret: str) -> tuple[Principal, str | None]:
        """Return the owner of the key `secret`, and a token that stands for it; None while no key is needed.

        Raises as `principal` does.
        """
        if not await self._is_needed():
            return Principal(), None
        key = await self._look(self._keys.find, secret.strip()) or self._refuse(request)
        return _principal(key), await self._look(self._keys.sign_in, key)

    async def sign_out(self, request: Request) -> None:
        """Let the token of `request` stand for nothing. Raises StorageError where it cannot be looked up."""
        token = request.cookies.get(COOKIE)
        # Anybody may ask for this, so that nothing is written for a token that stands for nothing as it is.
        signed_in = await self._look(self._keys.signed_in, token) if token is not None else None
        if signed_in is not None:
            await self._look(self._keys.sign_out, token)

    async def _is_needed(self) -> bool:
        if not self._needed:
            # No key is ever removed, so this is asked only until there is one.
            self._needed = await self._look(lambda _: self._keys.any(), None)
        return self._needed

    async def _look(self, look: Callable[..., T], what: object) -> T:
        return await to_thread.run_sync(partial(look, what), limiter=self._few)

    def _refuse(self, request: Request) -> AccessKey:
        wait = self._tries.failed(address_of(request.scope))
        if wait is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                _WRONG,
                {"WWW-Authenticate": _CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'},
            )
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"too many wrong keys came from this address: wait {wait} s, and send the right one",
            {"Retry-After": str(wait)},
        )


def _principal(key: AccessKey) -> Principal:
    return Principal(key.id, key.name)
