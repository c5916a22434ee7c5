"""Sign-in by a provider outside the house (OpenID Connect), where the installation names one."""
