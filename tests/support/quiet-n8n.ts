// Read when n8n-core is loaded: its log of errors the tests provoke would bury their own output.
process.env.N8N_LOG_LEVEL ??= 'silent';
