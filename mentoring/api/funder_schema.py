"""A funder's scope in the description of the API: its own addresses, behind its own security scheme."""

from __future__ import annotations

from typing import Any

BASE = "/api/v1/funder/"
SCHEME = "funder"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    "400": "A parameter or field cannot be taken",
    "401": "No token, or one that is not valid (any more)",
    "429": "Too many requests in this minute; see Retry-After",
}
NONE_OF_YOURS = {"404": "There is no such thing, or it is none of yours"}
RULES = {"422": "A rule refuses what was sent; or the key belongs to another request"}

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "integer"}
PK: Schema = {"name": "id", "in": "path", "required": True, "schema": NUMBER}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**fields: Schema) -> Schema:
    return {"type": "object", "properties": fields}


STUDENT = _object(
    id=NUMBER, student=TEXT, reference=TEXT, path=TEXT, funded_from=DAY, funded_until=_or_null(DAY),
    training_starts_on=DAY, training_ends_on=DAY, ended_early_on=_or_null(DAY), state=TEXT, time_zone=TEXT,
)  # fmt: skip
ATTENDANCE = _object(
    first=DAY,
    last=DAY,
    hours_attended={"type": "number"},
    sessions={
        "type": "array",
        "items": _object(starts_at=INSTANT, ends_at=INSTANT, outcome=TEXT, ground=_or_null(TEXT)),
    },
    leaves={"type": "array", "items": _object(first=DAY, last=DAY)},
)
APPROVAL = _object(
    id=NUMBER, student=NUMBER, student_name=TEXT, asks={"type": "string", "enum": ["leave", "change_of_path"]},
    state=TEXT, asked_at=INSTANT, answerable={"type": "boolean"}, first=DAY, last=DAY, days=NUMBER,
    from_path=TEXT, to_path=TEXT,
)  # fmt: skip
TOKEN = _object(access_token=TEXT, token_type=TEXT, expires_in=NUMBER)
ASKED = {
    "required": ["grant_type"],
    **_object(
        grant_type={"type": "string", "enum": ["client_credentials"]}, client_id=TEXT, client_secret=TEXT
    ),
}
ANSWER = {
    "required": ["answer"],
    **_object(
        answer={"type": "string", "enum": ["approve", "refuse"]},
        document={"type": "string", "format": "binary", "description": "An approval is one"},
        reasons={"type": "string", "description": "Of a refusal"},
    ),
}
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": TEXT,
    "description": "Sent again with the same answer, it gives the same and writes nothing.",
}


def describe(result: dict[str, Any], **_rest: Any) -> dict[str, Any]:
    """A hook of the schema's making: the funder's addresses beside those of people."""
    result["components"].setdefault("securitySchemes", {})[SCHEME] = {
        "type": "oauth2",
        "description": "A funder's own computer (RFC 6749, 4.4). Its token opens these addresses and no other.",
        "flows": {"clientCredentials": {"tokenUrl": f"{BASE}token/", "scopes": {}}},
    }
    result["paths"] |= _paths()
    return result


def _paths() -> dict[str, Any]:
    after = {"name": "after", "in": "query", "schema": NUMBER, "description": "The `next` of the page before"}
    open_only = {"name": "open", "in": "query", "schema": {"type": "string", "enum": ["1"]}}
    month = {"name": "month", "in": "query", "required": True, "schema": TEXT, "example": "2026-03"}
    in_path = {"name": "month", "in": "path", "required": True, "schema": TEXT, "example": "2026-03"}
    return {
        f"{BASE}token/": {
            "post": _operation(
                "token",
                "A token for an hour, by client id and secret",
                TOKEN,
                body=("application/x-www-form-urlencoded", ASKED),
                security=[],
            )
        },
        f"{BASE}students/": {"get": _operation("students", "The trainings that it pays for", _page(STUDENT), [after])},
        f"{BASE}students/{{id}}/": {"get": _operation("student", "One of them", STUDENT, [PK])},
        f"{BASE}students/{{id}}/attendance/": {
            "get": _operation("attendance", "A month: sessions and leaves, as it pays", ATTENDANCE, [PK, month])
        },
        f"{BASE}students/{{id}}/certificates/{{month}}/": {
            "get": _operation("certificate", "The attendance certificate", None, [PK, in_path])
        },
        f"{BASE}approvals/": {
            "get": _operation("approvals", "What it was asked to approve", _page(APPROVAL), [after, open_only])
        },
        f"{BASE}approvals/{{id}}/": {"get": _operation("approval", "One of them", APPROVAL, [PK])},
        f"{BASE}approvals/{{id}}/answer/": {
            "post": _operation(
                "answer", "Answer it, with a document", APPROVAL, [PK, KEY], body=("multipart/form-data", ANSWER)
            )
        },
    }  # fmt: skip


def _page(row: Schema) -> Schema:
    return _object(results={"type": "array", "items": row}, next=_or_null(NUMBER))


def _operation(
    name: str,
    summary: str,
    answer: Schema | None,
    parameters: list[Schema] | None = None,
    *,
    body: tuple[str, Schema] | None = None,
    security: list[Schema] | None = None,
) -> Schema:
    content = (
        {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
        if answer is None
        else {"application/json": {"schema": answer}}
    )
    refusals = REFUSALS | (NONE_OF_YOURS if parameters and PK in parameters else {}) | (RULES if body else {})
    return {
        "operationId": f"funder_{name}",
        "summary": summary,
        "tags": ["funder"],
        "security": [{SCHEME: []}] if security is None else security,
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": {"required": True, "content": {body[0]: {"schema": body[1]}}}} if body else {}),
        "responses": {
            "200": {"description": summary, "content": content},
            **{code: {"description": words, "content": PROBLEM} for code, words in refusals.items()},
        },
    }
