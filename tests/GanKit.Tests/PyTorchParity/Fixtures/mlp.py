"""The MLP GAN in real PyTorch: what it computes, and digests of the weights that seed 5 draws (NETWORK.fresh), see networks.py."""

import torch
from torch import nn

from fixture_io import save
from module_case import record
from networks import digests

IMAGE = 2 * 3 * 4


class Named(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


def main():
    torch.manual_seed(5)
    layers = [nn.Linear(6, 128), nn.LeakyReLU(0.2)]
    for features in (128, 256, 512):
        layers += [nn.Linear(features, 2 * features), nn.BatchNorm1d(2 * features), nn.LeakyReLU(0.2)]
    generator = Named(*layers, nn.Linear(1024, IMAGE), nn.Tanh())
    discriminator = Named(
        nn.Linear(IMAGE, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1))
    fresh = {
        f"{name}.fresh": digests(network.named_parameters()).float()
        for name, network in (("generator", generator), ("discriminator", discriminator))}
    save("mlp.safetensors", fresh | record("generator", generator, (7, 6)) | record("discriminator", discriminator, (7, IMAGE)))


if __name__ == "__main__":
    main()
