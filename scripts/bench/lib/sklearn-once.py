"""One measured run of scikit-learn: sklearn-once.py FILE K"""
import json
import sys
import time

from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

with open(sys.argv[1], encoding="utf8") as file:
    texts = json.load(file)
started = time.perf_counter()
features = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(texts)
rows = normalize(TruncatedSVD(64, random_state=0).fit_transform(features))
labels = MiniBatchKMeans(int(sys.argv[2]), n_init=3, random_state=0).fit_predict(rows)
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "labels": labels.tolist()}))
