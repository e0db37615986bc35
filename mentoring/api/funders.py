"""A funder's own scope: its students' attendance and dates, the approvals asked of it, and its answers. Nothing else.

Its client gets a token for an hour (OAuth 2.0, client credentials) that opens these addresses and no other; the
tokens of people do not open these. What belongs to another funder answers 404 (abuse 13, 14).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from accounts.api.throttles import within
from accounts.clients import client_ip
from accounts.doors import came_at
from mentoring.certificates import Certificate, month_of, parse_month, render
from mentoring.certificates.answering import as_file, month_in
from mentoring.services import answer_as_funder
from mentoring.words import refusal
from rulebook.errors import RuleError
from students.models import ApprovalState, FunderApproval, FunderClient, Funding
from students.models.changes import OPEN_CHANGES
from students.models.leaves import OPEN
from students.services.clients import KeyReused, client_of, issue_token, once

MOST = 200
PROBLEM = "application/problem+json"


def problem(status: int, title: str, **more: Any) -> JsonResponse:
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status, **more},
        status=status,
        content_type=PROBLEM,
        headers={"Cache-Control": "private, no-store"},
    )


def shown(body: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(
        body, status=status, headers={"Cache-Control": "private, no-store", "Vary": "Authorization"}
    )


def too_many(wait: int) -> JsonResponse:
    answer = problem(429, _("Too many requests in this minute."))
    answer["Retry-After"] = str(wait)
    return answer


@method_decorator(csrf_exempt, name="dispatch")  # no cookie is read here
class Token(View):
    """The token endpoint (RFC 6749, 4.4): client id and secret in Basic authorization or in the form."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        # By address: whoever guesses is not known yet.
        if wait := within(f"funder-token:{client_ip(request)}", write=True, now=came_at(request)):
            return too_many(wait)
        if request.POST.get("grant_type") != "client_credentials":
            return self._error("unsupported_grant_type", 400)
        client_id, secret = self._credentials(request)
        issued = issue_token(client_id=client_id, secret=secret, now=timezone.now())
        if issued is None:
            answer = self._error("invalid_client", 401)
            answer["WWW-Authenticate"] = 'Basic realm="funder"'
            return answer
        token, lasts = issued
        return self._answer(
            {"access_token": token, "token_type": "Bearer", "expires_in": int(lasts.total_seconds())}, 200
        )

    def _error(self, error: str, status: int) -> JsonResponse:
        return self._answer({"error": error}, status)

    @staticmethod
    def _answer(body: dict[str, Any], status: int) -> JsonResponse:
        return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    @staticmethod
    def _credentials(request: HttpRequest) -> tuple[str, str]:
        kind, _space, rest = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                name, _colon, secret = base64.b64decode(rest, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return "", ""
            return name, secret
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


@method_decorator(csrf_exempt, name="dispatch")  # a token in a header and no cookie opens it
class FunderView(View):
    """A page of a funder's scope: ``client`` is who asks, ``now`` the one instant of the request."""

    http_method_names = ["get", "head"]
    client: FunderClient
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.now = came_at(request)
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        client = client_of(token, self.now) if kind.lower() == "bearer" and token else None
        if client is None:
            answer = problem(401, _("This token is not valid (any more)."))
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        self.client = client
        write = request.method not in ("GET", "HEAD")
        if wait := within(f"funder:{client.pk}", write=write, now=self.now):
            return too_many(wait)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return problem(404, _("There is no such thing, or it is none of yours."))
        except RuleError as error:
            return problem(422, refusal(error), field=error.field, clause=error.clause)

    def fundings(self) -> QuerySet[Funding]:
        rows = Funding.objects.filter(funder=self.client.funder)
        return rows.select_related("enrolment__student__user", "enrolment__path").order_by("pk")

    def approvals(self) -> QuerySet[FunderApproval]:
        rows = FunderApproval.objects.filter(funding__funder=self.client.funder)
        return rows.select_related(
            "funding__enrolment__student__user", "leave", "change__from_path", "change__to_path"
        ).order_by("pk")

    def one(self, rows: QuerySet[Any], pk: int) -> Any:
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def page(self, request: HttpRequest, rows: QuerySet[Any], tell: Any) -> JsonResponse:
        """A page of rows after ``?after=``, and where the next one begins."""
        after = request.GET.get("after", "0")
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            return problem(400, _("`after` is the id of the last row that you have."))
        found = list(rows.filter(pk__gt=int(after))[: MOST + 1])
        told = [tell(row) for row in found[:MOST]]
        return shown({"results": told, "next": found[MOST - 1].pk if len(found) > MOST else None})


def _student(row: Funding) -> dict[str, Any]:
    enrolment = row.enrolment
    return {
        "id": row.pk,
        "student": enrolment.student.user.full_name,
        "reference": row.reference,
        "path": enrolment.path.title,
        "funded_from": row.starts_on.isoformat(),
        "funded_until": row.ends_on.isoformat() if row.ends_on else None,
        "training_starts_on": enrolment.starts_on.isoformat(),
        "training_ends_on": enrolment.ends_on.isoformat(),
        "ended_early_on": enrolment.ended_on.isoformat() if enrolment.ended_on else None,
        "state": enrolment.state,
        "time_zone": enrolment.time_zone,
    }


class Students(FunderView):
    """The trainings that this funder pays for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.fundings(), _student)


class Student(FunderView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return shown(_student(self.one(self.fundings(), pk)))


class Month(FunderView):
    """A month of one of its students, inside of what it pays for."""

    def month(self, pk: int, text: str) -> Certificate:
        row = self.one(self.fundings(), pk)
        month = month_in(row.enrolment, text, self.now)
        found = month_of(row.enrolment, month, self.now, since=row.starts_on, until=row.ends_on)
        if found.last < found.first:  # not one day of the month is theirs
            raise Http404
        return found


class Attendance(Month):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        text = request.GET.get("month", "")
        if parse_month(text) is None:
            return problem(400, _("Name the month: ?month=2026-03"))
        found = self.month(pk, text)
        return shown(
            {
                "first": found.first.isoformat(),
                "last": found.last.isoformat(),
                "hours_attended": round(found.total("attended").total_seconds() / 3600, 2),
                "sessions": [
                    {
                        "starts_at": line.starts_at.isoformat(),
                        "ends_at": line.ends_at.isoformat(),
                        "outcome": line.outcome,
                        "ground": line.ground or None,
                    }
                    for line in found.lines
                ],
                "leaves": [{"first": str(first), "last": str(last)} for first, last in found.leaves],
            }
        )


class CertificateFile(Month):
    def get(self, request: HttpRequest, pk: int, month: str) -> HttpResponse:
        return as_file(render(self.month(pk, month)), month)


def _approval(row: FunderApproval) -> dict[str, Any]:
    leave, change = row.leave, row.change
    told: dict[str, Any] = {
        "id": row.pk,
        "student": row.funding_id,
        "student_name": row.funding.enrolment.student.user.full_name,
        "asks": "leave" if leave else "change_of_path",
        # What the student sent is under the school's eyes, and still the funder's to answer.
        "state": "asked" if row.state == ApprovalState.RECEIVED else row.state,
        "asked_at": row.asked_at.isoformat(),
        "answerable": _waits(row),
    }
    if leave:
        told |= {"first": str(leave.starts_on), "last": str(leave.asked_until), "days": leave.days}
    elif change:
        told |= {"from_path": change.from_path.title, "to_path": change.to_path.title}
    return told


def _waits(row: FunderApproval) -> bool:
    asking = row.leave or row.change
    waits = asking is not None and asking.state in (*OPEN, *OPEN_CHANGES)
    return waits and row.state in (ApprovalState.ASKED, ApprovalState.RECEIVED)


class Approvals(FunderView):
    """What this funder was asked to approve; ``?open=1``: what it has not answered."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.approvals()
        if request.GET.get("open") == "1":
            waiting = Q(leave__state__in=OPEN) | Q(change__state__in=OPEN_CHANGES)
            rows = rows.filter(waiting, state__in=(ApprovalState.ASKED, ApprovalState.RECEIVED))
        return self.page(request, rows, _approval)


class Approval(FunderView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return shown(_approval(self.one(self.approvals(), pk)))


class Answer(FunderView):
    """The funder's answer: ``answer`` approve or refuse, ``document`` (an approval is one), ``reasons``."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.one(self.approvals(), pk)
        unknown = sorted({*request.POST, *request.FILES} - {"answer", "document", "reasons"})
        answer = request.POST.get("answer")
        if unknown or answer not in ("approve", "refuse"):
            return problem(400, _("Send answer (approve or refuse), document and reasons, and nothing else."))
        upload = request.FILES.get("document")
        reasons = request.POST.get("reasons", "")[:4000]
        if "\0" in reasons:
            return problem(400, _("The reasons hold a sign that no text has."))

        def work() -> str:
            answer_as_funder(
                approval_id=row.pk, approve=answer == "approve", upload=upload, reasons=reasons, now=self.now
            )
            return json.dumps(_approval(self.one(self.approvals(), pk)))

        key = request.headers.get("Idempotency-Key")
        if key is None:
            return shown(json.loads(work()))
        if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
            return problem(400, _("Idempotency-Key: 1 to 255 printable ASCII characters."))
        fingerprint = _fingerprint(pk, answer, reasons, upload)
        try:
            body, kept = once(client=self.client, key=key, fingerprint=fingerprint, work=work, now=self.now)
        except KeyReused:
            return problem(422, _("This Idempotency-Key belongs to another request."))
        told = shown(json.loads(body))
        if kept:
            told["Idempotency-Replayed"] = "true"
        return told


def _fingerprint(pk: int, answer: str, reasons: str, upload: UploadedFile | None) -> str:
    """Of what was sent, and not of its bytes: another boundary between the parts is the same request."""
    digest = hashlib.sha256(json.dumps([pk, answer, reasons]).encode())
    if upload is not None:
        for block in upload.chunks():
            digest.update(block)
        upload.seek(0)
    return digest.hexdigest()
