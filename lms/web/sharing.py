"""Links by which somebody shows a certificate elsewhere."""

from urllib.parse import urlencode

from flask import url_for

from lms.domain import numbers
from lms.models import Certificate

LINKEDIN = "https://www.linkedin.com/profile/add"


def to_linkedin(certificate: Certificate, issuer: str) -> str:
    """A form there, filled in; nothing is sent before it is followed."""
    said = {
        "startTask": "CERTIFICATION_NAME",
        "name": certificate.course_title,
        "organizationName": issuer,
        "issueYear": certificate.issued_at.year,
        "issueMonth": certificate.issued_at.month,
        "certId": numbers.show(certificate.number),
        "certUrl": url_for("certificates.verify", number=certificate.number, _external=True),
    }
    if certificate.valid_until is not None:
        said["expirationYear"] = certificate.valid_until.year
        said["expirationMonth"] = certificate.valid_until.month
    return f"{LINKEDIN}?{urlencode(said)}"
