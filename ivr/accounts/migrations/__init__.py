"""How the database came to its present shape, step by step; their sum is `store.tables`, and a test says
so."""
