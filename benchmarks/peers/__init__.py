"""What the product is compared with: small servers of the kind people write in an afternoon."""
