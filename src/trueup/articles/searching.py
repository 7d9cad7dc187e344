"""By which words articles are found: their title, tags and text."""

from __future__ import annotations

from trueup.articles.models import Article
from trueup.base.searching import Index

ARTICLE_WORDS = Index(Article)
