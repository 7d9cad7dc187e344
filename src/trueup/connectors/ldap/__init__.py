"""The suitcase of directories that speak LDAP: OpenLDAP, Active Directory, FreeIPA."""
