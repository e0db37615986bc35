def offered(rows):
    return {row.pk: True for row in rows}
