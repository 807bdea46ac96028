"""The rules as a policy pack of Pulumi's: what the engine shows is handed to them, unchanged."""
