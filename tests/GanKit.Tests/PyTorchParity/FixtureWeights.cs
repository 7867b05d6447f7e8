namespace GanKit.Tests.PyTorchParity;

/// <summary>Moves weights between fixtures and modules under their state-dict names.</summary>
internal static class FixtureWeights
{
    /// <summary>Loads the entries <c>prefix.NAME</c>; every parameter and buffer must be there, and no other.</summary>
    public static TModule LoadFixture<TModule>(
        this TModule module, IReadOnlyDictionary<string, Tensor> fixture, string prefix)
        where TModule : nn.Module
    {
        var weights = Select(fixture, prefix);
        module.load_state_dict(weights, strict: true);
        return module;
    }

    /// <summary>Asserts that the module's weights and buffers are those at <c>prefix.NAME</c>, key by key.</summary>
    public static void AssertEqualsFixture(
        this nn.Module module, IReadOnlyDictionary<string, Tensor> fixture, string prefix, double relative, double absolute)
    {
        var expected = Select(fixture, prefix);
        var actual = module.state_dict();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, weights) in expected)
            TensorAssert.Close(weights, actual[name], relative, absolute);
    }

    private static Dictionary<string, Tensor> Select(IReadOnlyDictionary<string, Tensor> fixture, string prefix) =>
        fixture.Where(entry => entry.Key.StartsWith(prefix + ".", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[(prefix.Length + 1)..], entry => entry.Value);
}
