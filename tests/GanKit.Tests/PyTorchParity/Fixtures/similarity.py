"""Structural similarity (Wang et al. 2004), in float64 and window by window, as the paper writes it, and other measures of pairs.

Keys: pairs.x, pairs.y and of these pairs.MEASURE (B): psnr, psnr_y (of brightness, without a border of 4), l1, ms_ssim (Wang et al. 2003,
weights 0.3 and 0.7, a window of 5) and ms_ssim_five (the paper's weights, a window of 3, of both repeated to three times the size); CASE.x, CASE.y (B, C, H, W), CASE.ssim (B), CASE.x_gradient, the gradient of the sum of CASE.ssim, and CASE.error, how
far CASE.ssim is off in float32.
Where scikit-image is installed, the values are also compared with its own.
"""

import torch

from fixture_io import save

torch.manual_seed(1)


def similarity(x, y, data_range=2.0, size=11, sigma=1.5, k1=0.01, k2=0.03):
    luminance, structure = factors(x, y, data_range, size, sigma, k1, k2)
    return (luminance * structure).flatten(1).mean(1)


def factors(x, y, data_range=2.0, size=11, sigma=1.5, k1=0.01, k2=0.03):
    offsets = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    bell = torch.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * sigma**2))
    weights = (bell / bell.sum()).to(x.dtype)  # (size, size)

    def windows(images):  # (B, C, H', W', size, size)
        return images.unfold(2, size, 1).unfold(3, size, 1)

    def mean(values):
        return (values * weights).sum((-2, -1), keepdim=True)

    wx, wy = windows(x), windows(y)
    mx, my = mean(wx), mean(wy)
    vx, vy, cov = mean((wx - mx) ** 2), mean((wy - my) ** 2), mean((wx - mx) * (wy - my))
    c1, c2 = (k1 * data_range) ** 2, (k2 * data_range) ** 2
    luminance = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
    structure = (2 * cov + c2) / (vx + vy + c2)
    return luminance, structure


def multi_scale(x, y, weights, size, sigma):
    product = 1
    for scale, weight in enumerate(weights):
        luminance, structure = factors(x, y, size=size, sigma=sigma)
        value = structure * luminance if scale == len(weights) - 1 else structure
        product = product * value.flatten(2).mean(2).relu() ** weight
        x, y = (torch.nn.functional.avg_pool2d(images, 2) for images in (x, y))
    return product.mean(1)


def brightness(images):
    red, green, blue = (images + 1).unbind(1)
    return (65.481 * red / 2 + 128.553 * green / 2 + 24.966 * blue / 2 + 16) / 255


def noise_ratio(x, y, data_range):
    value = torch.stack([10 * torch.log10(data_range**2 / ((a - b) ** 2).mean()) for a, b in zip(x, y)])
    try:
        from skimage.metrics import peak_signal_noise_ratio
    except ImportError:
        return value
    for a, b, ours in zip(x.numpy(), y.numpy(), value):
        assert abs(peak_signal_noise_ratio(b, a, data_range=data_range) - ours) < 1e-9
    return value


def agree_with_scikit_image(x, y, expected, data_range, size, sigma):
    try:
        from skimage.metrics import structural_similarity
    except ImportError:
        print("scikit-image is not installed: not compared with it")
        return
    for a, b, value in zip(x.numpy(), y.numpy(), expected):
        theirs = structural_similarity(
            a, b, channel_axis=0, data_range=data_range, win_size=size,
            gaussian_weights=True, sigma=sigma, use_sample_covariance=False)
        assert abs(theirs - value.item()) < 1e-9, (theirs, value.item())
    print("scikit-image agrees")


def smooth(*shape):
    noise = torch.rand(*shape, dtype=torch.float64)
    return torch.nn.functional.avg_pool2d(noise, 3, stride=1, padding=1) * 2 - 1


tensors = {}


def add(case, x, y, data_range=2.0, size=11, sigma=1.5):
    x = x.clone().requires_grad_()
    value = similarity(x, y, data_range, size, sigma)
    value.sum().backward()
    agree_with_scikit_image(x.detach(), y, value, data_range, size, sigma)
    tensors.update({f"{case}.x": x, f"{case}.y": y, f"{case}.ssim": value, f"{case}.x_gradient": x.grad})
    rounded = similarity(x.detach().float(), y.float(), data_range, size, sigma)
    tensors[f"{case}.error"] = (rounded.double() - value).abs().max()
    print(case, tensors[f"{case}.error"])


truth = smooth(2, 3, 13, 16)
add("noisy", (truth + 0.2 * torch.randn_like(truth)).clamp(-1, 1), truth)
add("unrelated", smooth(1, 1, 11, 12), smooth(1, 1, 11, 12))
add("bytes", (truth[:1] + 1) * 127.5, (truth[1:2] + 1) * 127.5, data_range=255.0)
add("narrow", truth[:1] + 0.1, truth[:1], size=5, sigma=0.5)

truth = smooth(2, 3, 20, 16)
noisy = (truth + 0.2 * torch.randn_like(truth)).clamp(-1, 1)
inner = [brightness(images)[:, 4:-4, 4:-4] for images in (noisy, truth)]
thrice = [images.repeat(1, 1, 3, 3) for images in (noisy, truth)]
tensors.update({
    "pairs.x": noisy, "pairs.y": truth, "pairs.psnr": noise_ratio(noisy, truth, 2.0), "pairs.psnr_y": noise_ratio(*inner, 1.0),
    "pairs.l1": (noisy - truth).abs().flatten(1).mean(1), "pairs.ms_ssim": multi_scale(noisy, truth, (0.3, 0.7), 5, 0.8),
    "pairs.ms_ssim_five": multi_scale(*thrice, (0.0448, 0.2856, 0.3001, 0.2363, 0.1333), 3, 0.5),
})

save("similarity.safetensors", tensors)
