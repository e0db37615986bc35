"""Who looks after the copies of decisions (B6)."""

from __future__ import annotations

from accounts.permissions import is_head_of_learning, is_student_success

may_send_copies = is_head_of_learning | is_student_success
