"""scikit-learn's clusters of a JSON list of texts: sklearn-clusters.py FILE K. Prints a JSON object: method -> one label list a seed."""
import json
import sys

from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

SEEDS = range(3)
WARD_LIMIT = 5_000

with open(sys.argv[1], encoding="utf8") as file:
    texts = json.load(file)
k = int(sys.argv[2])
min_df = 1 if len(texts) < 3000 else 2


def kmeans(rows):
    return [KMeans(k, n_init=2, max_iter=100, random_state=seed).fit_predict(rows).tolist() for seed in SEEDS]


def reduced(features):
    return normalize(TruncatedSVD(100, random_state=0).fit_transform(features))


words = TfidfVectorizer(sublinear_tf=True, min_df=min_df).fit_transform(texts)
characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=min_df).fit_transform(texts)
latent = reduced(words)
found = {
    "words, k-means": kmeans(words),
    "words, SVD 100, k-means": kmeans(latent),
    "characters, SVD 100, k-means": kmeans(reduced(characters)),
}
if len(texts) <= WARD_LIMIT:
    found["words, SVD 100, Ward"] = [AgglomerativeClustering(k).fit_predict(latent).tolist()]
print(json.dumps(found))
