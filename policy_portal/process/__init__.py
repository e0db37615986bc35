"""The processes of a trial, run together: web server, worker, beat and the embedded Valkey (script/server)."""
