using GanKit.Tests.Documentation;

namespace GanKit.Tests.Convergence;

/// <summary>
/// The README's custom GAN does what the README says of it: the very text of it is compiled, run and measured.
/// </summary>
public class EightGaussiansTests
{
    private const double WithinSigmas = 4;

    /// <summary>The snippet under test leaves its samples here.</summary>
    public static Tensor? Samples { get; set; }

    [Fact]
    public void ReadmeProgram_IsShort_AndFindsTheModes()
    {
        var program = MarkdownSnippet.All().Single(snippet => snippet.Name == "eight-gaussians");
        Assert.InRange(program.Code.Split('\n').Count(line => line.Trim().Length > 0), 1, 39);
        SnippetCompiler.Run(SnippetCompiler.Compile(
            program, epilogue: "GanKit.Tests.Convergence.EightGaussiansTests.Samples = samples.clone();"));

        using var scope = NewDisposeScope();
        using var samples = Samples!;
        var (distance, nearest) = cdist(samples, Toy.EightGaussiansCentres()).min(1);
        var good = distance <= WithinSigmas * Toy.EightGaussiansSigma;
        var share = good.to(float32).mean().item<float>();
        // A mode counts when it gets a tenth of its fair share of good samples.
        var modes = Enumerable.Range(0, 8).Count(
            mode => (good & (nearest == mode)).sum().item<long>() >= samples.shape[0] / 80);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{modes} of 8 modes, {share:P1} of samples within {WithinSigmas} sigma");
        Assert.InRange(modes, 7, 8);
        Assert.InRange(share, 0.9, 1);
    }
}
