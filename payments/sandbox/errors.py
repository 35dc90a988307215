from payments.sandbox.store import Json


class ApiError(Exception):
    """An error in Stripe's own words and shape."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's name for it
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        error = {"type": type, "code": code, "message": message, "param": param}
        self.body: Json = {"error": {name: value for name, value in error.items() if value is not None}}


def missing(kind: str, object_id: str, param: str = "id", status: int = 404) -> ApiError:
    return ApiError(f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param)
