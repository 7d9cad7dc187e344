"""One's own account: tokens for programs. Sign-in pages live beside, as templates of allauth."""
