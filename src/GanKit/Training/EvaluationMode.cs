using static TorchSharp.torch;

namespace GanKit;

/// <summary>Puts a network into evaluation mode without gradients, and every module of it back as it was when disposed.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;
    private readonly IDisposable _noGrad;

    internal EvaluationMode(nn.Module network)
    {
        // Parents come before their children, and setting a parent's mode sets its children's.
        _modes = [.. network.named_modules().Select(named => (named.module, named.module.training)).Prepend((network, network.training))];
        network.eval();
        _noGrad = no_grad();
    }

    public void Dispose()
    {
        _noGrad.Dispose();
        foreach (var (module, training) in _modes)
            module.train(training);
    }
}
