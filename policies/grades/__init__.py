"""Grades of a topology by published standards: criteria, evidence, the level reached."""

from tricenter.policies.grades.grading import grades
from tricenter.policies.grades.model import Evidence, Grade, Judged

__all__ = ["Evidence", "Grade", "Judged", "grades"]
