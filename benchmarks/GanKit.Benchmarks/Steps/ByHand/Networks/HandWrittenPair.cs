using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>Two networks that one optimiser trains.</summary>
/// <remarks>Not a <c>ModuleList</c>: TorchSharp's registers what it holds only as part of another module.</remarks>
internal sealed class HandWrittenPair : Module
{
    [ComponentName(Name = "first")]
    private readonly Module<Tensor, Tensor> _first;
    [ComponentName(Name = "second")]
    private readonly Module<Tensor, Tensor> _second;

    internal HandWrittenPair(Func<Module<Tensor, Tensor>> create) : base(nameof(HandWrittenPair))
    {
        (_first, _second) = (create(), create());
        RegisterComponents();
    }

    internal Module<Tensor, Tensor> First => _first;

    internal Module<Tensor, Tensor> Second => _second;
}
