using GanKit.Layers;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Networks compute what PyTorch does with spectral and weight norms as they have been saved since 2018
/// (Fixtures/normalized_weights.py), with the same norm or with plain weights.
/// </summary>
public sealed class NormalizedWeightsParityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("hook", 1e-12)]
    [InlineData("parametrized", 1e-12)]
    [InlineData("torch04", 1e-6)] // what is computed is rounded to float32
    [InlineData("bar", 1e-12)]
    [InlineData("mimicry", 1e-6)]
    [InlineData("biggan", 1e-6)]
    public void SpectralNorm_IntoADiscriminator_ComputesWhatPyTorchDoes(string norm, double tolerance)
    {
        Matches("sn_dcgan", norm, new SnDcganDiscriminator(16, width: 1), tolerance, out var report);

        Assert.Empty(report.Kept);
        Assert.Equal(norm == "parametrized", report.Notes.Count == 0);
    }

    [Theory]
    [InlineData("hook", 1e-12)]
    [InlineData("parametrized", 1e-12)]
    [InlineData("torch04", 1e-6)]
    public void SpectralNorm_WithTransposedConvolutions_ComputesWhatPyTorchDoes(string norm, double tolerance) => Matches(
        "small", norm,
        nn.Sequential(
            new SpectralNormConv2d(3, 4, 3), new SpectralNormConvTranspose2d(4, 4, 4, stride: 2, padding: 1),
            new SpectralNormConvTranspose2d(4, 3, 3), nn.Flatten(), new SpectralNormLinear(108, 2)),
        tolerance, out _);

    [Theory]
    [InlineData("hook")]
    [InlineData("parametrized")]
    [InlineData("torch04")]
    [InlineData("weight_norm_hook_0")]
    [InlineData("weight_norm_hook_1")]
    [InlineData("weight_norm_hook_None")]
    [InlineData("weight_norm_parametrized_0")]
    [InlineData("weight_norm_parametrized_1")]
    [InlineData("weight_norm_parametrized_None")]
    public void Norm_IntoPlainLayers_GivesTheWeightsThatItComputesWith(string norm)
    {
        Matches("small", norm, Plain(), 1e-6, out var report);

        Assert.Contains("(4 weights)", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    /// <summary>
    /// The v that the norm had, which PyTorch 0.4 did not save, comes out of the solution. (PyTorch's own loader gets the same
    /// divisor with another v, tens of times as long.)
    /// </summary>
    [Fact]
    public void SpectralNorm_OfPyTorch04_SolvesTheVectorThatTheNormHad()
    {
        var file = FileOf("sn_dcgan.hook");
        var divided = new Dictionary<string, Tensor>();
        foreach (var (name, value) in file.Where(entry => !entry.Key.EndsWith("_v", StringComparison.Ordinal)))
        {
            divided[name] = value;
            if (!name.EndsWith("_orig", StringComparison.Ordinal))
                continue;
            var (u, v) = (file[name.Replace("_orig", "_u", StringComparison.Ordinal)], file[name.Replace("_orig", "_v", StringComparison.Ordinal)]);
            divided[name[..^"_orig".Length]] = value / u.dot(value.flatten(1).mv(v));
        }

        using var network = new SnDcganDiscriminator(16, width: 1);
        network.LoadWeights(Write(divided));

        var loaded = network.state_dict();
        foreach (var (name, v) in file.Where(entry => entry.Key.EndsWith("weight_v", StringComparison.Ordinal)))
        {
            TensorAssert.Close(v, loaded[name.Replace("weight_v", "parametrizations.weight.0._v", StringComparison.Ordinal)], 1e-4, 1e-4);
        }
    }

    [Fact]
    public void WeightNorm_IntoTheOtherSpelling_KeepsItsParts()
    {
        var file = FileOf("small.weight_norm_hook_0");
        using var network = new WeightNormed();

        network.LoadWeights(Write(file.Where(entry => entry.Key.StartsWith("4.", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[2..], entry => entry.Value)));

        var loaded = network.state_dict();
        TensorAssert.Equal(file["4.weight_g"], loaded["parametrizations.weight.original0"]);
        TensorAssert.Equal(file["4.weight_v"], loaded["parametrizations.weight.original1"]);
    }

    /// <summary>u alone does not say what the norm is, so nothing of it is taken.</summary>
    [Theory]
    [InlineData("_v")]
    [InlineData("_u")]
    [InlineData("_orig")]
    public void SpectralNorm_ThatLacksAPart_IsLeftWholeWhereNotStrict(string lacking)
    {
        foreach (var norm in new[] { "hook", "parametrized" })
        {
            using var network = new SnDcganDiscriminator(16, width: 1);
            var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
            var ending = norm == "hook" || lacking == "_orig" ? lacking.Replace("_orig", norm == "hook" ? "_orig" : ".original", StringComparison.Ordinal) : lacking;
            var path = Write(FileOf($"sn_dcgan.{norm}").Where(entry => !entry.Key.EndsWith(ending, StringComparison.Ordinal)).ToDictionary());

            Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));
            network.LoadWeights(path, new() { Strict = false }, out var report);

            Assert.All(report.Loaded, name => Assert.EndsWith("bias", name, StringComparison.Ordinal));
            Assert.All(network.state_dict().Where(entry => !entry.Key.EndsWith("bias", StringComparison.Ordinal)),
                entry => TensorAssert.Equal(before[entry.Key], entry.Value));
        }
    }

    [Fact]
    public void SpectralNorm_OfWhichAPartIsToBeIgnored_IsLeftWhole()
    {
        using var network = new SnDcganDiscriminator(16, width: 1);
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        network.LoadWeights(Write(FileOf("sn_dcgan.hook")),
            new() { Ignore = name => name.EndsWith("main.0.parametrizations.weight.0._v", StringComparison.Ordinal) }, out var report);

        Assert.Contains("whole or not at all", report.Kept["main.0.parametrizations.weight.original"], StringComparison.Ordinal);
        Assert.All(before.Where(entry => entry.Key.StartsWith("main.0.param", StringComparison.Ordinal)),
            entry => TensorAssert.Equal(entry.Value, network.state_dict()[entry.Key]));
    }

    [Fact]
    public void Inspect_OfEveryNaming_KnowsTheDiscriminator()
    {
        foreach (var norm in new[] { "hook", "parametrized", "torch04", "bar", "mimicry", "biggan" })
        {
            using var file = PyTorchFile.Open(Write(FileOf($"sn_dcgan.{norm}")));

            var found = Assert.Single(NetworkRecognition.Of(Assert.Single(file.StateDicts))).Network;
            Assert.True(norm is "mimicry" or "biggan" || found is not null, norm); // those are discriminators of their own names
        }
    }

    private static nn.Module<Tensor, Tensor> Plain() => nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 4, 4, stride: 2, padding: 1), nn.ConvTranspose2d(4, 3, 3), nn.Flatten(), nn.Linear(108, 2));

    private void Matches(string kind, string norm, nn.Module<Tensor, Tensor> network, double tolerance, out LoadReport report)
    {
        using (network)
        {
            network.LoadWeights(Write(FileOf($"{kind}.{norm}")), new(), out report);
            network.to(float64).eval();
            var fixture = Fixture.Load("normalized_weights");
            TensorAssert.Close(fixture[$"{kind}.{norm}.y"], network.call(fixture[$"{kind}.x"]), tolerance, tolerance);
        }
    }

    private static Dictionary<string, Tensor> FileOf(string which)
    {
        var prefix = $"{which}.file.";
        return Fixture.Load("normalized_weights").Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
    }

    private string Write(Dictionary<string, Tensor> weights)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.safetensors");
        SafetensorsFile.Save(path, weights);
        return path;
    }

    /// <summary>A layer of a user's with PyTorch's newer weight norm.</summary>
    private sealed class WeightNormed : nn.Module
    {
        public WeightNormed() : base(nameof(WeightNormed))
        {
            register_parameter("parametrizations.weight.original0", new(zeros(2, 1)));
            register_parameter("parametrizations.weight.original1", new(zeros(2, 108)));
            register_parameter("bias", new(zeros(2)));
        }
    }
}
