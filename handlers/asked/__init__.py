"""Questions to the ledger: answered within the asker's rights, nothing written and nothing asked back."""
