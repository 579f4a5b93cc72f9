"""What the registers of the administrator's desk share: forms that ask services, Excel in and out, audit rows.

The desk itself (who may enter) is `chuangmo.access.desk`; each part's registers are in its `admin` and `resources`.
"""
