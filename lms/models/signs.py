"""Signs of life of the processes that work in the background."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class SignOfLife(Base):
    """When a worker said that it is alive; ``worker`` names its machine and process."""

    __tablename__ = "sign_of_life"

    worker: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime]
