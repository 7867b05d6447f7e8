using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Normalisations of one value, which has no variance. PyTorch refuses them in Python code that TorchSharp does not have: there a batch of
/// one makes <c>running_var</c> NaN for good, and an instance of one pixel becomes zero.
/// </summary>
internal static class NormValues
{
    internal const string OfChannel = "more than 1 value per channel, from at least 2 samples or 2 pixels,";
    internal const string OfInstance = "more than 1 spatial element (pixel) in each sample";
    private const string OfGroup = "more than 1 value per group";
    private const string Layer = "GanKit.Layer", Needed = "GanKit.Needed", Given = "GanKit.Given";

    /// <summary>The requirement that an input of a TorchSharp normalisation, in its current mode, does not meet.</summary>
    /// <param name="norm">The layer.</param>
    /// <param name="input">Its input.</param>
    /// <param name="apart">
    /// Whether the input's samples may come alone as well: a pass of real and generated ones together has more of them.
    /// </param>
    /// <returns>Nothing where all is well, or the module is no normalisation.</returns>
    internal static string? FindFault(nn.Module norm, Tensor input, bool apart = false) => norm switch
    {
        BatchNorm { training: false, running_mean: not null } or InstanceNorm { training: false, track_running_stats: true } => null,
        BatchNorm batch => input.numel() == batch.num_features ? OfChannel : null,
        InstanceNorm1d => IsOne(input, 1),
        InstanceNorm2d => IsOne(input, 2),
        InstanceNorm3d => IsOne(input, 3),
        GroupNorm groups => input.numel() == groups.num_groups * (apart ? input.size(0) : 1) ? OfGroup : null,
        _ => null,
    };

    /// <summary>The exception of a layer of the library; <see cref="LayerIn"/> finds the layer.</summary>
    internal static ArgumentException Refuse(nn.Module layer, string name, string needed, Tensor input)
    {
        var given = $"was given {input.Describe()}";
        return new($"{name} needs {needed} to take a variance of, but {given}.", nameof(input))
        {
            Data = { [Layer] = layer, [Needed] = needed, [Given] = given },
        };
    }

    /// <summary>The layer that refused; nothing in exceptions of another kind.</summary>
    internal static (nn.Module Layer, string Needed, string Given)? LayerIn(ArgumentException error) =>
        error.Data[Layer] is nn.Module layer ? (layer, (string)error.Data[Needed]!, (string)error.Data[Given]!) : null;

    private static string? IsOne(Tensor input, int sizes) =>
        input.shape.TakeLast(sizes).All(size => size == 1) ? OfInstance : null;
}
