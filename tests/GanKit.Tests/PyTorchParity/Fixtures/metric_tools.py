"""The known tools' own metric code, for metrics.py. METRIC_TOOLS names a folder with checkouts of their repositories:

    mseitzer/pytorch-fid b9c1811        toshas/torch-fidelity 5e211a9              GaParmar/clean-fid e88c4d6
    Lightning-AI/torchmetrics dab0333   clovaai/generative-evaluation-prdc e320c1d NVlabs/stylegan3 c233a91

Beside PyTorch they need SciPy, scikit-learn and tqdm. What torchmetrics and StyleGAN3 import besides their formulas (a metric's
base class, a progress bar, an extractor from the network) has stand-ins here.
"""

import os
import sys
import types

import numpy as np
import torch

TOOLS = os.environ["METRIC_TOOLS"]
for folder in ("torch-fidelity", "clean-fid", "generative-evaluation-prdc", "pytorch-fid/src", "stylegan3"):
    sys.path.insert(0, os.path.join(TOOLS, folder))


def stand_in(name, **values):
    module = types.ModuleType(name)
    module.__dict__.update(values)
    sys.modules[name] = module
    return module


class Metric(torch.nn.Module):
    def __init__(self, **kwargs):
        super().__init__()

    def add_state(self, name, default, dist_reduce_fx=None):
        setattr(self, name, default.clone() if torch.is_tensor(default) else list(default))


class Features(torch.nn.Module):
    """An extractor for torchmetrics whose images are features already."""

    def __init__(self, size):
        super().__init__()
        self.num_features = size

    def forward(self, images):
        return images


stand_in("torchmetrics")
stand_in("torchmetrics.metric", Metric=Metric)
stand_in("torchmetrics.utilities", rank_zero_warn=print)
stand_in("torchmetrics.utilities.data", dim_zero_cat=torch.cat)
stand_in("torchmetrics.utilities.imports", _MATPLOTLIB_AVAILABLE=False, _TORCH_FIDELITY_AVAILABLE=False)
stand_in("torchmetrics.utilities.plot", _AX_TYPE=object, _PLOT_OUT_TYPE=object)
stand_in("torchmetrics.image")


def load_torchmetrics(name):
    path = os.path.join(TOOLS, "torchmetrics/src/torchmetrics/image", name + ".py")
    module = stand_in("torchmetrics.image." + name)
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), module.__dict__)
    return module


fid, kid, inception = (load_torchmetrics(name) for name in ("fid", "kid", "inception"))

stand_in("dnnlib", EasyDict=dict, util=types.SimpleNamespace(open_url=None))
from metrics import (  # noqa: E402
    frechet_inception_distance, inception_score, kernel_inception_distance, metric_utils, precision_recall)


class ForStyleGan:
    """Gives StyleGAN3's functions features instead of a data set and a generator, through its own FeatureStats."""

    def __init__(self, real, generated):
        self.rank, self.num_gpus, self.device = 0, 1, torch.device("cpu")
        self.real, self.generated = real, generated

    @staticmethod
    def statistics(features, capture_all=False, capture_mean_cov=False, **_):
        stats = metric_utils.FeatureStats(capture_all=capture_all, capture_mean_cov=capture_mean_cov, max_items=len(features))
        for start in range(0, len(features), 64):
            stats.append(features[start:start + 64])
        return stats


metric_utils.compute_feature_stats_for_dataset = lambda opts, **rest: ForStyleGan.statistics(opts.real, **rest)
metric_utils.compute_feature_stats_for_generator = lambda opts, **rest: ForStyleGan.statistics(opts.generated, **rest)


def frechet(real, generated):
    """The Fréchet distance of each tool, of float32 features."""
    from cleanfid.fid import fid_from_feats
    from pytorch_fid.fid_score import calculate_frechet_distance
    from torch_fidelity import metric_fid

    wide = [features.astype(np.float64) for features in (generated, real)]  # as get_activations keeps them
    moments = [part for features in wide for part in (np.mean(features, axis=0), np.cov(features, rowvar=False))]
    fidelity = [metric_fid.fid_features_to_statistics(torch.from_numpy(features)) for features in (generated, real)]
    metric = fid.FrechetInceptionDistance(Features(real.shape[1]))
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(generated), real=False)
    return {
        "pytorch-fid": calculate_frechet_distance(*moments),
        "torch-fidelity": metric_fid.fid_statistics_to_metric(*fidelity, False)["frechet_inception_distance"],
        "clean-fid": fid_from_feats(real, generated),
        "stylegan3": frechet_inception_distance.compute_fid(ForStyleGan(real, generated), len(real), len(generated)),
        "torchmetrics": metric.compute().item(),
    }


def kernel(real, generated, subsets, size, seed):
    """The kernel distance of each tool that has one: value, and deviation or NaN."""
    from cleanfid.fid import kernel_distance
    from torch_fidelity import metric_kid

    fidelity = metric_kid.kid_features_to_metric(
        torch.from_numpy(generated), torch.from_numpy(real), kid_subsets=subsets, kid_subset_size=size, verbose=False)
    np.random.seed(seed)
    clean = kernel_distance(real, generated, subsets, size)
    np.random.seed(seed)
    style = kernel_inception_distance.compute_kid(ForStyleGan(real, generated), len(real), len(generated), subsets, size)
    metric = kid.KernelInceptionDistance(Features(real.shape[1]), subsets=subsets, subset_size=size)
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(generated), real=False)
    torch.manual_seed(seed)
    mean, deviation = metric.compute()
    return {
        "torch-fidelity": (fidelity["kernel_inception_distance_mean"], fidelity["kernel_inception_distance_std"]),
        "clean-fid": (clean, np.nan), "stylegan3": (style, np.nan), "torchmetrics": (mean.item(), deviation.item()),
    }


def scores(logits, splits, seed):
    """The Inception Score of each tool that has one: value and deviation."""
    from torch_fidelity import metric_isc

    fidelity = metric_isc.isc_features_to_metric(torch.from_numpy(logits), splits)
    probabilities = torch.from_numpy(logits).softmax(1).numpy()
    metric = inception.InceptionScore(Features(logits.shape[1]), splits=splits)
    metric.update(torch.from_numpy(logits))
    torch.manual_seed(seed)
    mean, deviation = metric.compute()
    return {
        "torch-fidelity": (fidelity["inception_score_mean"], fidelity["inception_score_std"]),
        "stylegan3": inception_score.compute_is(ForStyleGan(None, probabilities), len(logits), splits),
        "torchmetrics": (mean.item(), deviation.item()),
    }


def manifolds(real, generated, k):
    """Precision and recall of two tools, and the four numbers of Naeem et al."""
    from prdc.prdc import compute_prdc
    from torch_fidelity import metric_prc

    precision, recall = metric_prc.calculate_precision_recall_full(torch.from_numpy(generated), torch.from_numpy(real), k)
    four = compute_prdc(real, generated, k)
    cdist = torch.cdist
    torch.cdist = lambda a, b: cdist(a.float(), b.float(), compute_mode="donot_use_mm_for_euclid_dist").half()  # none on the CPU
    half = precision_recall.compute_pr(ForStyleGan(real, generated), len(real), len(generated), k, 100, 100)
    torch.cdist = cdist
    return {
        "torch-fidelity": (precision, recall), "stylegan3": half,
        "prdc": tuple(four[key] for key in ("precision", "recall", "density", "coverage")),
    }
