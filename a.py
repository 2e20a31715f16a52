import json,time
from pyxform.xls2xform import convert
t=time.time()
try:
    r=convert("a.csv",validate=False,file_type=".csv")
    print(time.time()-t); print(r.warnings); print(json.dumps(r._pyxform,indent=1,ensure_ascii=False)[:6000]); print(r.xform)
except Exception as e: print(type(e),e)
