"""Made-up credentials that the generator, the product and the peers share."""

from __future__ import annotations

import base64
import hashlib

CORP_ID = "wwbenchmark000001"
AGENT_ID = 1000017
SECRET = "benchmark-secret-of-nobody-0000001"
TOKEN = "BenchmarkToken17"
AES_KEY = "".join(filter(str.isalnum, base64.b64encode(hashlib.sha512(b"a made-up county").digest()).decode()))[:43]
