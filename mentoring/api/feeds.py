"""The secret address of one's own calendar over the API: made, asked about, closed."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Ground
from accounts.api.shapes import Nothing
from mentoring.models import CalendarFeed
from mentoring.services.feeds import close_feed, open_feed


class FeedShape(serializers.Serializer[CalendarFeed]):
    """That there is an address, and since when; the address itself is told once, when it is made."""

    made_at = serializers.DateTimeField()
    url = serializers.CharField(allow_blank=True, help_text="Empty but in the answer that makes it")

    class Meta:
        ref_name = "CalendarFeed"


class Feed(Ground):
    """One's own calendar feed. Made by a PUT: the answer is not kept under a key, for it holds the secret."""

    tag = "calendar"
    queryset = CalendarFeed.objects.none()
    serializer_class = FeedShape
    pagination_class = None

    @extend_schema(summary="Whether there is an address", responses=FeedShape, filters=False)
    def retrieve(self, request: Request) -> Response:
        standing = CalendarFeed.objects.filter(user=self.user, closed_at__isnull=True).first()
        if standing is None:
            raise Http404
        return Response({"made_at": standing.made_at, "url": ""})

    @extend_schema(
        summary="Make an address; an earlier one closes at once", request=None, responses={201: FeedShape}
    )
    def update(self, request: Request) -> Response:
        self.taken(Nothing)
        secret = open_feed(by=self.user, now=self.now)
        url = f"{settings.SITE_URL}{reverse('calendar-ics', args=[secret])}"
        return Response({"made_at": self.now, "url": url}, status=201)

    @extend_schema(summary="Close it", request=None, responses={204: None})
    def destroy(self, request: Request) -> Response:
        if not close_feed(by=self.user, now=self.now):
            raise Http404
        return Response(status=204)
