using static TorchSharp.torch;

namespace GanKit;

/// <summary>Looks for what is no number in weights, buffers and averages.</summary>
internal static class FiniteCheck
{
    private const int Named = 3;

    /// <summary>Says which tensors hold NaN, or infinite weights. A buffer may hold infinity: a mask does.</summary>
    /// <returns>Nothing where all is well.</returns>
    internal static string? Find(MovingAverage? average, params (string Role, nn.Module Network)[] networks)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var all = networks.SelectMany(entry => Of(entry.Network, entry.Role)).Concat(Of(average))
            .Where(entry => entry.Values.is_floating_point() && entry.Values.numel() > 0).ToArray();
        if (all.Length == 0)
            return null;

        // One pass over each: a norm is finite only where all that it is of are. A large one may not be though they are.
        var norms = ManyTensors.Norms([.. all.Select(entry => entry.Values)]).cpu().data<float>().ToArray();
        string[] broken = [.. all.Where((entry, index) => !float.IsFinite(norms[index]) && IsBroken(entry.Values, entry.IsBuffer))
            .Select(entry => entry.Name)];
        return broken.Length == 0 ? null : string.Join(", ", broken.Take(Named))
            + (broken.Length > Named ? $" and {broken.Length - Named} more" : "");
    }

    private static IEnumerable<(string Name, Tensor Values, bool IsBuffer)> Of(nn.Module network, string role) =>
        network.named_parameters().Select(entry => ($"the {role}'s weight '{entry.name}'", (Tensor)entry.parameter, false))
            .Concat(network.named_buffers().Select(entry => ($"the {role}'s buffer '{entry.name}'", entry.buffer, true)));

    private static IEnumerable<(string Name, Tensor Values, bool IsBuffer)> Of(MovingAverage? average) =>
        (average?.Tensors ?? []).Select(entry => (
            $"the average of the generator's {(entry.IsBuffer ? "buffer" : "weight")} '{entry.Name}'", entry.Average, entry.IsBuffer));

    private static bool IsBroken(Tensor values, bool isBuffer) => isBuffer
        ? values.isnan().any().item<bool>()
        : !values.isfinite().all().item<bool>();
}
