"""The import workbook (导入表): its shape, reading and checking it, loading it, the empty template."""
