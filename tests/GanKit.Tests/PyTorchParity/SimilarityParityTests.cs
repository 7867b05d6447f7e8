namespace GanKit.Tests.PyTorchParity;

/// <summary>Against the paper's formula, window by window in PyTorch, which scikit-image agrees with.</summary>
public class SimilarityParityTests
{
    private static readonly Dictionary<string, StructuralSimilarity> Cases = new()
    {
        ["noisy"] = new(),
        ["unrelated"] = new(),
        ["bytes"] = new() { Range = ValueRange.Bytes },
        ["narrow"] = new() { WindowSize = 5, Sigma = 0.5 },
    };

    public static TheoryData<string> AllCases() => [.. Cases.Keys];

    [Theory, MemberData(nameof(AllCases))]
    public void Measure_Images_EqualsTheReference(string name)
    {
        var fixture = Fixture.Load("similarity");
        var images = fixture[$"{name}.x"].requires_grad_();

        var similarity = Cases[name].Measure(images, fixture[$"{name}.y"]);
        similarity.sum().backward();

        TensorAssert.Close(fixture[$"{name}.ssim"], similarity, relative: 1e-9, absolute: 1e-10);
        TensorAssert.Close(fixture[$"{name}.x_gradient"], images.grad!, relative: 1e-6, absolute: 1e-9);
    }

    [Theory, MemberData(nameof(AllCases))]
    public void Measure_SinglePrecision_IsNear(string name)
    {
        var fixture = Fixture.Load("similarity");

        var similarity = Cases[name].Measure(fixture[$"{name}.x"].to(float32), fixture[$"{name}.y"].to(float32));

        var allowed = Truth.Allowed(fixture[$"{name}.error"].item<double>(), float32);
        TensorAssert.Close(fixture[$"{name}.ssim"], similarity.to(float64), relative: 0, absolute: allowed);
    }
}
