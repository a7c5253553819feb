"""What people read: tables, charts, notebooks, reports, the workbook."""
