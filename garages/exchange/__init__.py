"""Import and export of a garage's rows as CSV and XLSX, in the platform's admin."""
