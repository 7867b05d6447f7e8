using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Runs modules in turn, for networks whose state keys leave no room for a <c>Sequential</c>.</summary>
internal static class Stages
{
    /// <summary>
    /// Sends a tensor through modules; what is between two of them is freed at once, not at the end, since large images
    /// through dozens of blocks would fill the memory.
    /// </summary>
    /// <returns>A tensor that the caller owns.</returns>
    internal static Tensor Through(this Tensor input, IEnumerable<Module<Tensor, Tensor>> modules)
    {
        var current = input.alias();
        foreach (var module in modules)
        {
            var next = module.call(current);
            current.Dispose();
            current = next;
        }

        return current;
    }
}
