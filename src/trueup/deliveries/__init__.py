"""What must leave the house: mails and webhooks we owe, each written down with what caused it and sent by the worker.

Owns deliveries, their attempts, and the endpoints webhooks go to. Words: *delivery* (one message to one recipient), *uid*
(its name in the world: Message-ID of a mail, webhook-id of a webhook, the same in every attempt), *attempt* (one try, with
what was answered), *endpoint* (an address of somebody else's that is told events). Invariants: a delivery is written in the
transaction of what it tells, so neither exists without the other; it is sent while its row is locked, so no two workers
send it at once; a receiver that knows uids sees each once, whatever is killed when.
"""
