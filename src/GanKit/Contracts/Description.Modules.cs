using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <content>The settings of modules.</content>
internal static partial class Description
{
    private static readonly string[] NoSettings = ["training", "IsInvalid"];

    /// <summary>
    /// The numbers, truth values and texts that a module of TorchSharp's or of the library's shows, such as a stride or a slope. Another's
    /// may be anything, and its type alone is told.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    private static string SettingsOf(nn.Module module)
    {
        var type = module.GetType();
        if (type.Assembly != typeof(torch).Assembly && type.Assembly != typeof(Description).Assembly)
            return "";
        var shown = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && IsPlain(property.PropertyType)
                && !NoSettings.Contains(property.Name))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .DistinctBy(property => property.Name)
            .Select(property => (property.Name, Value: property.GetValue(module)));
        var settings = shown.Concat(FixedValuesOf(type, module)).DistinctBy(setting => setting.Name, StringComparer.OrdinalIgnoreCase)
            .Select(setting => (setting.Name, Text: TextOf(setting.Value)))
            .Where(setting => setting.Text is not (null or "none"))
            .Select(setting => $"{setting.Name}: {setting.Text}")
            .ToArray();
        return settings.Length == 0 ? "" : $" ({string.Join(", ", settings)})";
    }

    /// <summary>What the library's own modules were made with and do not show, such as the slope of an activation.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps GanKit, TorchSharp and the application whole.")]
    private static IEnumerable<(string Name, object? Value)> FixedValuesOf(Type type, nn.Module module)
    {
        for (var own = type; own?.Assembly == typeof(Description).Assembly; own = own.BaseType)
        {
            foreach (var field in own.GetFields(Own).Where(field => IsFixed(field) && IsPlain(field.FieldType)))
                yield return (NameOf(field), field.GetValue(module));
        }
    }

    private static bool IsPlain(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || (type.IsArray && type.GetElementType()!.IsPrimitive)
            || (type.IsValueType && typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type));
    }
}
