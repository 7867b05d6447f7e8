using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Runs networks, losses and other parts, and names the part and its inputs where one fails; libtorch gives the reason alone.
/// </summary>
internal static class Guarded
{
    private const int LongestReason = 600;

    /// <summary>Runs a part.</summary>
    /// <param name="what">Its role: <c>generator</c>, <c>loss</c>.</param>
    /// <param name="part">The network, or whatever else computes; null where it is a function.</param>
    /// <param name="given">Its inputs, by name.</param>
    /// <param name="run">Runs it.</param>
    /// <exception cref="ArgumentException">libtorch can't compute that; the inner exception has its own words.</exception>
    /// <exception cref="ObjectDisposedException">A tensor or a weight is disposed.</exception>
    /// <exception cref="InvalidOperationException">It returned null, or a disposed tensor.</exception>
    internal static T Run<T>(string what, object? part, (string Name, Tensor? Tensor)[] given, Func<T?> run)
        where T : class
    {
        try
        {
            return run() switch
            {
                null => throw new InvalidOperationException(
                    $"The {NameOf(what, part)} returned null instead of a result for {Describe(given)}."),
                Tensor { IsInvalid: true } => throw new InvalidOperationException(
                    $"The {NameOf(what, part)} returned a tensor that is disposed: 'using', or a dispose scope that it should have "
                    + "left by MoveToOuterDisposeScope()."),
                var result => result,
            };
        }
        catch (Exception error) when (IsForeign(error))
        {
            throw Explain(error, $"The {NameOf(what, part)} could not compute {Describe(given)}", given, (what, part as nn.Module));
        }
    }

    /// <summary>Runs a network that makes one output of each sample.</summary>
    /// <exception cref="InvalidOperationException">It makes null, or another number of outputs.</exception>
    /// <inheritdoc cref="Run"/>
    internal static Tensor Network(string what, nn.Module network, (string Name, Tensor? Tensor)[] given, Func<Tensor?> run) =>
        RequireOneEach(what, network, Run(what, network, given, run), given[0].Tensor!);

    /// <summary>Requires one output of each sample, or of each few.</summary>
    /// <param name="what">Its role.</param>
    /// <param name="network">The network.</param>
    /// <param name="output">Its output.</param>
    /// <param name="samples">Its input.</param>
    /// <param name="orOneOfSeveral">
    /// Whether one output of each m samples, where m divides the batch, is well too: critics that join samples (PacGAN) are published,
    /// and ones that give their mean.
    /// </param>
    internal static Tensor RequireOneEach(
        string what, nn.Module network, Tensor? output, Tensor samples, bool orOneOfSeveral = false)
    {
        if (output is null)
            throw new InvalidOperationException($"The {NameOf(what, network)} returned null among its results.");
        var (made, batch) = (output.dim() > 0 ? output.size(0) : 1, samples.size(0));
        if ((output.dim() > 0 && made == batch) || (orOneOfSeveral && (output.numel() == 1 || (made > 0 && batch % made == 0))))
            return output;
        throw new InvalidOperationException(
            $"The {NameOf(what, network)} made {output.Describe()} of {batch} samples {samples.Describe()}; "
            + "its first dimension should be the batch, with one output of each sample"
            + (orOneOfSeveral ? ", or of each few that it joins." : "."));
    }

    /// <summary>Requires tensors that can be computed with on a device.</summary>
    /// <exception cref="ObjectDisposedException">One is disposed.</exception>
    /// <exception cref="ArgumentException">One is on the meta device, and the other device is none such.</exception>
    internal static void RequireUsable(Device? device, params ReadOnlySpan<(string Name, Tensor? Tensor)> given)
    {
        foreach (var (name, tensor) in given)
        {
            if (tensor is { IsInvalid: true })
                throw new ObjectDisposedException(name, $"The {name} are disposed. Dispose a tensor or a batch after its last use.");
            if (tensor?.device_type == TorchSharp.DeviceType.META && device is not { type: TorchSharp.DeviceType.META })
            {
                throw new ArgumentException(
                    $"The {name} {tensor.Describe()} are on the meta device, which holds shapes and no numbers; they are needed on "
                    + $"{device?.ToString() ?? "another"}. Make them there.", name);
            }
        }
    }

    /// <summary>
    /// Whether an exception comes from libtorch or TorchSharp, and so does not name the part. Lack of memory is not a part's mistake, and
    /// stays the exception that it is.
    /// </summary>
    internal static bool IsForeign(Exception error) =>
        (error is ExternalException || IsDisposal(error) || error.Source == nameof(TorchSharp)) && !IsOutOfMemory(error);

    /// <summary>libtorch's message, without native stack frames and without TorchScript's listing.</summary>
    internal static string Reason(Exception error)
    {
        if (IsDisposal(error))
            return $"a tensor that it needs, such as a weight, is disposed ({error.Message.TrimEnd('.')})";
        var text = error.Message;
        if (text.StartsWith("The following operation failed in the TorchScript", StringComparison.Ordinal)
            && text.LastIndexOf("Error: ", StringComparison.Ordinal) is var start and >= 0)
            text = text[(start + "Error: ".Length)..];
        foreach (var end in (string[])["Exception raised from ", "\nframe #", "\n\n"])
        {
            if (text.IndexOf(end, StringComparison.Ordinal) is var index and > 0)
                text = text[..index];
        }

        text = text.Trim().TrimEnd('.');
        return text.Length > LongestReason ? text[..LongestReason] + "..." : text;
    }

    /// <summary>The exception that names the part that failed.</summary>
    /// <param name="error">libtorch's.</param>
    /// <param name="what">The failed computation; the reason follows.</param>
    /// <param name="given">The inputs.</param>
    /// <param name="parts">The networks that took part.</param>
    internal static Exception Explain(
        Exception error, string what, (string Name, Tensor? Tensor)[] given, params (string Name, nn.Module? Network)[] parts)
    {
        var networks = parts.Where(part => part.Network is not null).Select(part => (part.Name, Network: part.Network!)).ToArray();
        if (Array.Find(given, each => each.Tensor is { IsInvalid: true }) is { Name: { } name })
            return new ObjectDisposedException($"{what}: the {name} are disposed. Dispose a tensor or a batch after its last use.", error);
        if (networks.Select(FindDisposed).FirstOrDefault(found => found is not null) is { } disposed)
            return new ObjectDisposedException($"{what}: {disposed}.", error);
        if (IsDisposal(error))
            return new ObjectDisposedException($"{what}: {Reason(error)}.", error);

        string[] sentences =
        [
            $"{what}: {Reason(error)}.",
            .. networks.Select(part => DescribeWeights(part.Name, part.Network)),
            .. from part in networks from each in given select FindMismatch(each.Name, each.Tensor, part.Name, part.Network),
        ];
        return new ArgumentException(string.Join(' ', sentences.Where(sentence => sentence.Length > 0)), error);
    }

    /// <summary>Tensors as messages describe them: name, shape, type, device, and the range of labels.</summary>
    internal static string Describe((string Name, Tensor? Tensor)[] given) => given.Length == 0
        ? "what it was asked for"
        : string.Join(" and ", given.Where(each => each.Tensor is not null).Select(each => DescribeOne(each.Name, each.Tensor!)));

    // In the words of CUDA, and of the processor's allocator on Windows and elsewhere.
    private static bool IsOutOfMemory(Exception error) =>
        Array.Exists(
            (string[])["out of memory", "not enough memory", "can't allocate memory"],
            words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static bool IsDisposal(Exception error) =>
        error is InvalidOperationException && error.Message.Contains("invalid -- empty handle", StringComparison.Ordinal);

    private static string NameOf(string what, object? part) => part is null ? what : $"{what} {part.GetType().Name}";

    private static string DescribeOne(string name, Tensor tensor)
    {
        if (tensor.IsInvalid)
            return $"{name} that are disposed";
        // On another device this would wait for it, which after a failed assertion fails too.
        if (tensor.dtype != int64 || tensor.device_type != TorchSharp.DeviceType.CPU || tensor.numel() == 0)
            return $"{name} {tensor.Describe()} of {tensor.dtype} on {tensor.device}";
        using var scope = NewDisposeScope();
        return $"{name} {tensor.Describe()} of {tensor.dtype} from {tensor.min().item<long>()} to {tensor.max().item<long>()} on "
            + $"{tensor.device}";
    }

    private static string DescribeWeights(string name, nn.Module network) =>
        network.named_parameters().FirstOrDefault() is { parameter: { } first, name: var key }
            ? $"The {name}'s weights are of {first.dtype} on {first.device}; the first, '{key}', has shape {first.Describe()}."
            : "";

    private static string? FindDisposed((string Name, nn.Module Network) part)
    {
        if (part.Network.IsDisposed())
            return $"the {part.Name} is disposed";
        return part.Network.named_parameters().FirstOrDefault(named => named.parameter.IsInvalid) is { name: { } key }
            ? $"the {part.Name}'s weight '{key}' is disposed"
            : null;
    }

    // It may not be the reason: a network may convert its inputs itself. Real samples are no input of a generator.
    private static string FindMismatch(string what, Tensor? data, string name, nn.Module network)
    {
        if (data is null || network.FloatingWeight() is not { } weight || (what, name) == ("samples", "generator"))
            return "";
        if (!data.device.Matches(weight.device))
            return $"The {what} are on {data.device}, but the {name}'s weights on {weight.device}: bring both to one device.";
        if (data.dtype == weight.dtype || (data.dim() < 2 && !data.is_floating_point()))
            return "";
        return $"The {what} are of {data.dtype}, but the {name}'s weights of {weight.dtype}. Convert the data, "
            + $"tensor.to({weight.dtype}), or the network, network.to({data.dtype}), before a trainer is made for it.";
    }
}
