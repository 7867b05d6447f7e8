namespace GanKit;

/// <summary>An image can't be read: which one, and why. It does not leave the loader.</summary>
internal sealed class BrokenImageException(string name, Exception cause) : Exception(cause.Message, cause)
{
    internal string Name => name;

    /// <summary>Reads something, and gives a failure of it a name.</summary>
    internal static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BrokenImageException(name, e);
        }
    }
}
