"""What ends next: licences and contracts together by the day to decide, with use, price, plan and what to do (R-104).

Everything is scoped to the actor, and an amount is only there for companies whose prices the actor may see.
"""
