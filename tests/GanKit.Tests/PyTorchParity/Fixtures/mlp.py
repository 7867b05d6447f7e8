"""The MLP GAN in real PyTorch. Its networks are too large to store; one seed draws the same weights on both sides."""

import torch
from torch import nn

from fixture_io import save

IMAGE = 2 * 3 * 4


def main():
    torch.manual_seed(5)
    layers = [nn.Linear(6, 128), nn.LeakyReLU(0.2)]
    for features in (128, 256, 512):
        layers += [nn.Linear(features, 2 * features), nn.BatchNorm1d(2 * features), nn.LeakyReLU(0.2)]
    generator = nn.Sequential(*layers, nn.Linear(1024, IMAGE), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Linear(IMAGE, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1))

    latents = torch.randn(7, 6)
    out = {"latents": latents}
    images = generator(latents)
    logits = discriminator(images)
    logits.sum().backward()
    out |= {"images": images, "logits": logits, "first_gradient": generator[0].weight.grad}
    generator.eval()
    out["evaluated"] = generator(latents)
    save("mlp.safetensors", out)


if __name__ == "__main__":
    main()
