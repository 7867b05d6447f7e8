using Xunit.Sdk;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Features and logits are those of torch-fidelity's and pytorch-fid's own code, with the same weights; see Fixtures/extractors.py.</summary>
public class ExtractorParityTests
{
    private static readonly long[] Sizes = [64, 192, 768, 2048];

    [Fact]
    public void FidInception_WithTheSameWeights_HasTheToolsFeaturesAndLogits()
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load("extractors").Under("inception/");
        using var network = new FidInceptionNetwork();
        ReferenceNetworks.Fill(network);
        network.Freeze();
        var pictures = ResizerParityTests.Picture(299, 299, 2);
        var allowed = Truth.Allowed(recorded["error"].item<double>(), float32);
        Assert.InRange(allowed, 0, 1e-5);

        foreach (var size in Sizes)
            Close(recorded[$"{size}"], Extractor(size).Extract(pictures), allowed);
        var (features, logits) = Extractor(2048).ExtractWithLogits(pictures);
        Close(recorded["2048"], features, allowed);
        Close(recorded["logits_unbiased"], logits, allowed);

        using (no_grad())
            network.parameters().First()[0, 0, 0, 0].add_(1e-2);
        Assert.ThrowsAny<XunitException>(() => Close(recorded["64"], Extractor(64).Extract(pictures), allowed));

        FidInception Extractor(long size) => new(network, "filled", null, size, FeaturePreprocessing.TorchFidelity);
    }

    [Theory, InlineData("vgg"), InlineData("alexnet")]
    public void ImageNetExtractor_WithTheSameWeights_HasTheReferencesFeatures(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load("extractors").Under($"{name}/");
        using var network = name == "vgg" ? ImageNetNetwork.Vgg16(withClassifier: true) : ImageNetNetwork.AlexNet(withClassifier: true);
        Fill(network);
        using var extractor = new ImageNetExtractor(network.Freeze(), "filled", null);
        var allowed = Truth.Allowed(recorded["error"].item<double>(), float32);
        var pictures = ResizerParityTests.Picture(224, 224, 2);

        var (features, logits) = extractor.ExtractWithLogits(pictures);

        Close(recorded["fc2_relu"], features, allowed);
        Assert.Equal([2, 1000], logits.shape);
        using (no_grad())
            network.parameters().First().add_(1e-3);
        Assert.ThrowsAny<XunitException>(() => Close(recorded["fc2_relu"], extractor.Extract(pictures), allowed));
    }

    [Theory, InlineData("alex", 2), InlineData("vgg", 1)]
    public void PerceptualSimilarity_WithTheSameWeights_IsTheAuthorsWithItsGradient(string name, long count)
    {
        using var scope = NewDisposeScope();
        using var network = new PerceptualNetwork(
            name == "vgg" ? ImageNetNetwork.Vgg16(withClassifier: false) : ImageNetNetwork.AlexNet(withClassifier: false));
        Fill(network.Trunk);
        using (no_grad())
            foreach (var (key, weight) in network.Linear.state_dict())
                weight.copy_(ReferenceNetworks.Pattern(key[..4], weight.shape).abs());
        using var similarity = new PerceptualSimilarity(network.Freeze(), "filled", null);
        var pair = ReferenceNetworks.Pattern("pair", 2, count, 3, 70, 83);

        Truth.Check("extractors", $"lpips.{name}", Compute);

        IEnumerable<(string, Tensor)> Compute(ScalarType dtype, double nudge)
        {
            network.to(dtype);
            using (no_grad())
                network.Trunk.parameters().First().add_(nudge);
            var images = pair[0].to(dtype).clone().requires_grad_();
            var targets = pair[1].to(dtype);
            var value = similarity.Measure(images, targets);
            value.sum().backward();
            using (no_grad())
                network.Trunk.parameters().First().sub_(nudge);
            TensorAssert.Close(value.mean(), similarity.Loss(images, targets), relative: 1e-6, absolute: 0);
            return [("value", value), ("layers", stack(similarity.MeasureLayers(images, targets))), ("gradient", images.grad!)];
        }
    }

    // As Fixtures/extractors.py: what is large is a product of a column and a row.
    private static void Fill(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (key, value) in network.state_dict())
            if (value.numel() > 4_000_000)
            {
                var column = ReferenceNetworks.Pattern(key + ".column", value.shape[0], 1);
                var row = ReferenceNetworks.Pattern(key + ".row", 1, value.numel() / value.shape[0]);
                value.copy_((column * row).mul_(Math.Sqrt(18 * (double)value.shape[0] / value.numel())).reshape(value.shape));
            }
            else
                ReferenceNetworks.Fill(value, key);
    }

    private static void Close(Tensor truth, Tensor actual, double share) => TensorAssert.Close(
        truth.to(float64), Thin(actual).to(float64), relative: 0, absolute: share * truth.abs().max().to(float64).item<double>());

    // As Fixtures/truth.py thins large tensors.
    private static Tensor Thin(Tensor tensor) =>
        tensor.numel() < 200 ? tensor : tensor.flatten()[TensorIndex.Slice(step: (tensor.numel() / 100) | 1)];
}
