using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>What parts were made with, as texts by their paths, so that two runs can be compared.</summary>
/// <remarks>
/// It has what stays as a part was made: read-only fields, properties without a setter, or with <c>init</c>, and of the library's own
/// types the
/// parameters of constructors. Seeds are left out, as a state has what became of them. A function is known by its being there.
/// </remarks>
internal static partial class Description
{
    private const int Deepest = 6;

    private static readonly Type[] OfTheRun =
    [
        typeof(Tensor), typeof(nn.Module), typeof(Random), typeof(Generator), typeof(Device), typeof(TimeProvider), typeof(Lock), typeof(Type),
        typeof(IDictionary),
    ];

    private static readonly Type[] GenericOfTheRun = [typeof(List<>), typeof(HashSet<>), typeof(Lazy<>)];

    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Adds what a part was made with.</summary>
    /// <param name="all">Where it is added.</param>
    /// <param name="path">The part's path.</param>
    /// <param name="part">The part: anything.</param>
    internal static void Add(IDictionary<string, string> all, string path, object? part) => Add(all, path, part, []);

    /// <summary>What a part was made with, in one text.</summary>
    internal static string Of(object? part)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(all, "", part);
        return string.Join(", ", all.Select(entry => entry.Key.Length == 0 ? entry.Value : $"{entry.Key.TrimStart('/')}: {entry.Value}"));
    }

    /// <summary>The plain values in a record's public fields and properties, but for some.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    internal static string OfMembers(object record, params string[] except)
    {
        const BindingFlags Shown = BindingFlags.Instance | BindingFlags.Public;
        var type = record.GetType();
        var fields = type.GetFields(Shown).Select(field => (field.Name, Value: field.GetValue(record)));
        var properties = type.GetProperties(Shown).Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => (property.Name, Value: property.GetValue(record)));
        return string.Join(", ", fields.Concat(properties).Where(member => !except.Contains(member.Name))
            .Select(member => (member.Name, Text: TextOf(member.Value))).Where(member => member.Text is not null)
            .OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}: {member.Text}"));
    }

    /// <summary>Adds a network: the types and settings of its modules, the shapes of its weights and buffers.</summary>
    internal static void AddNetwork(IDictionary<string, string> all, string path, nn.Module network)
    {
        foreach (var (name, module) in network.named_modules().Prepend(("", network)))
            all[Join(path, name)] = $"{module.GetType().Name.Split('`')[0]}{SettingsOf(module)}";
        foreach (var (name, tensor) in network.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(network.named_buffers().Select(entry => (entry.name, entry.buffer))))
            all[Join(path, name)] = string.Create(CultureInfo.InvariantCulture, $"{tensor.dtype} ({string.Join(", ", tensor.shape)})");
    }

    private static void Add(IDictionary<string, string> all, string path, object? part, List<object> above)
    {
        if (TextOf(part) is { } text)
        {
            all[path] = text;
            return;
        }

        if (above.Count == Deepest || above.Exists(seen => ReferenceEquals(seen, part)))
            return;
        above.Add(part!);
        if (part is Delegate function)
        {
            all[path] = "a function";
            if (function.Target is { } closure && IsClosureOfOurs(closure.GetType()))
                AddFields(all, path, closure, field => true, above);
        }
        else if (part is IEnumerable several && IsList(part.GetType()))
        {
            all[path] = "a list";
            foreach (var (number, one) in several.Cast<object?>().Index())
                Add(all, Join(path, number.ToString(CultureInfo.InvariantCulture)), one, above);
        }
        else
        {
            all[path] = part!.GetType().Name.Split('`')[0];
            if (IsDescribed(part, above.Count > 1 ? above[^2] : null))
                AddFields(all, path, part, IsFixed, above);
        }

        above.RemoveAt(above.Count - 1);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    private static void AddFields(IDictionary<string, string> all, string path, object part, Predicate<FieldInfo> isFixed, List<object> above)
    {
        for (var type = part.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Own))
            {
                var name = NameOf(field);
                if (isFixed(field) && !name.Contains("seed", StringComparison.OrdinalIgnoreCase) && !IsOfTheRun(field.FieldType)
                    && field.GetValue(part) is var value && (value is null || !IsOfTheRun(value.GetType())))
                    Add(all, Join(path, name), value, above);
            }
        }
    }

    // Set when it was made: by "readonly", by "get" and "init" alone, or the library's own constructors' parameters.
    private static bool IsFixed(FieldInfo field) =>
        field.IsInitOnly || (field.Name is ['<', .., '>', 'P'] && field.DeclaringType!.Assembly == typeof(Description).Assembly);

    // What enumerating another type does is not known: it may be data, or endless.
    private static bool IsList(Type type) => type.IsArray || (typeof(ICollection).IsAssignableFrom(type) && !typeof(IDictionary).IsAssignableFrom(type)
        && (type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)));

    // The library's own types, a user's parts of a training, and what is of the same assembly as the part that holds it. Others, such as a logger,
    // may have anything in them.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    private static bool IsDescribed(object part, object? holder)
    {
        var type = part.GetType();
        return IsOurs(type) || type.Assembly == holder?.GetType().Assembly || Array.Exists(type.GetInterfaces(), IsOurs)
            || (type.BaseType is { } derived && IsOurs(derived));
    }

    private static bool IsOurs(Type type) => type.Assembly == typeof(Description).Assembly || type.Assembly == typeof(nn.Module).Assembly;

    /// <summary>What has a state, or belongs to the run: it is compared there.</summary>
    private static bool IsOfTheRun(Type type) => Array.Exists(OfTheRun, kind => kind.IsAssignableFrom(type))
        || (type.IsGenericType && Array.Exists(GenericOfTheRun, kind => kind == type.GetGenericTypeDefinition()));

    private static bool IsClosureOfOurs(Type type) =>
        type.Assembly == typeof(Description).Assembly && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static string NameOf(FieldInfo field) =>
        field.Name is ['<', ..] ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name.TrimStart('_');

    private static string? TextOf(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool truth => truth ? "true" : "false",
        IFormattable number when value.GetType().IsPrimitive || value is Enum or decimal => number.ToString(null, CultureInfo.InvariantCulture),
        ITuple several when value.GetType().IsValueType =>
            $"({string.Join(", ", Enumerable.Range(0, several.Length).Select(i => TextOf(several[i]) ?? "?"))})",
        Array { Length: < 64, Rank: 1 } numbers when numbers.GetType().GetElementType()!.IsPrimitive =>
            $"({string.Join(", ", numbers.Cast<object>().Select(TextOf))})",
        _ => null,
    };

    private static string Join(string path, string name) => name.Length == 0 ? path : $"{path}/{name}";
}
