using static TorchSharp.torch.nn;

namespace GanKit.Tests.Documentation;

/// <summary>
/// What a snippet may use without declaring it: documents show a <c>trainer</c> once and go on with it. A snippet that
/// declares a name of its own hides the one here.
/// </summary>
public static class SnippetContext
{
#pragma warning disable IDE1006 // the names are those of local variables in the documents
    public static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> trainer => throw NotRun();

    public static Module<Tensor, Tensor> generator => throw NotRun();

    public static Module<Tensor, Tensor> discriminator => throw NotRun();

    public static UnconditionalObjective objective => throw NotRun();

    public static Batches data => throw NotRun();

    public static Tensor images => throw NotRun();
#pragma warning restore IDE1006

    private static InvalidOperationException NotRun() => new("Snippets that go on from another one are compiled, not run.");
}
